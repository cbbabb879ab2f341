package io.moulin.cli.build;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options by which seeds and models are chosen. */
final class Selected {
  @Option(
      names = "--select",
      paramLabel = "WHAT",
      split = ",",
      description =
          "A name, 'int_*', a folder such as marts, or tag:WORD; + before it adds all that it is made"
              + " of, behind it all that is made of it; several with commas. Default: all.")
  private List<String> select = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "WHAT",
      split = ",",
      description = "Leave these out, named in the same way.")
  private List<String> exclude = new ArrayList<>();

  List<String> terms() {
    return select;
  }

  List<String> excluded() {
    return exclude;
  }
}
