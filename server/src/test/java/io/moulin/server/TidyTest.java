package io.moulin.server;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import io.moulin.control.Checking;
import io.moulin.server.Sources.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The house rules that a compiler does not know. There is no list of exceptions. */
class TidyTest {
  private static final int FILE_LINES = 500;
  private static final int METHOD_LINES = 60;
  private static final int PACKAGE_FILES = 25;
  private static final int PARAMETERS = 7;
  private static final Pattern VAGUE =
      Pattern.compile(".*(Util|Utils|Helper|Manager|Impl)|Abstract.*");
  private static final Set<String> AMBIGUOUS = Set.of("Table", "Schema", "Catalog", "Record");
  private static final Pattern GETTER = Pattern.compile("get[A-Z].*");
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*]\\(([^)\\s]+)\\)");

  private final Sources sources = Sources.read();

  @Test
  void filesAreShort() {
    List<String> long_ = new ArrayList<>();
    for (Source source : sources.java()) {
      if (source.lines().size() > FILE_LINES) {
        long_.add(source.file() + ": " + source.lines().size() + " lines");
      }
    }
    assertThat(long_).as("files of more than %d lines", FILE_LINES).isEmpty();
  }

  @Test
  void packagesAreSmall() {
    Map<Path, Long> sizes =
        sources.java().stream()
            .collect(groupingBy(source -> source.file().getParent(), TreeMap::new, counting()));
    sizes.values().removeIf(size -> size <= PACKAGE_FILES);
    assertThat(sizes).as("packages of more than %d files", PACKAGE_FILES).isEmpty();
  }

  @Test
  void everyPackageSaysInOneSentenceWhatItIsFor() throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<Path> folders = new TreeSet<>();
    sources.java().stream().filter(Source::main).forEach(s -> folders.add(s.file().getParent()));
    for (Path folder : folders) {
      Path file = sources.root().resolve(folder).resolve("package-info.java");
      if (!Files.exists(file)) {
        wrong.add(folder + ": no package-info.java");
        continue;
      }
      String text = Files.readString(file);
      String sentence = text.replaceAll("(?s)^.*?/\\*\\*|\\*/.*", "").replaceAll("\n \\* ?", " ");
      if (!text.contains("@NullMarked")) {
        wrong.add(folder + ": not @NullMarked");
      }
      if (!sentence.strip().matches("[^.]+(\\.[^. ][^.]*)*\\.")) {
        wrong.add(folder + ": not one sentence: " + sentence.strip());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void codeKeepsTheHouseRules() {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources.java()) {
      new HouseRules(source, wrong).scan(source.tree(), null);
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothingIsLeftUnfinished() {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources.java()) {
      for (int i = 0; i < source.lines().size(); i++) {
        if (UNFINISHED.matcher(source.lines().get(i)).find()
            && !source.file().endsWith("TidyTest.java")) {
          wrong.add(source.file() + ":" + (i + 1) + ": " + source.lines().get(i).strip());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyLinkInTheDocsResolves() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path file : Sources.files(sources.root(), ".md")) {
      Matcher links = LINK.matcher(Files.readString(file));
      while (links.find()) {
        String problem = problemOf(file, links.group(1));
        if (problem != null) {
          broken.add(sources.root().relativize(file) + ": " + links.group(1) + ": " + problem);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyExampleIsWithoutMistakesAndWarnings() throws IOException {
    List<String> found = new ArrayList<>();
    int projects = 0;
    for (Path file : Sources.files(sources.root().resolve("examples"), "moulin.yml")) {
      projects++;
      Path folder = file.resolveSibling("").normalize();
      new Checking(Map.of())
          .check(folder, Optional.empty())
          .diagnostics()
          .forEach(diagnostic -> found.add(folder + ": " + diagnostic));
    }
    assertThat(projects).isPositive();
    assertThat(found).isEmpty();
  }

  private static @Nullable String problemOf(Path file, String link) throws IOException {
    if (link.matches("[a-z]+:.*")) {
      return null;
    }
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? file : file.resolveSibling(path).normalize();
    if (!Files.exists(target)) {
      return "no such file";
    }
    if (hash < 0) {
      return null;
    }
    String anchor = link.substring(hash + 1);
    boolean found =
        Files.readAllLines(target).stream()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("#+ *", "").toLowerCase(java.util.Locale.ROOT))
            .map(line -> line.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
            .anyMatch(anchor::equals);
    return found ? null : "no such heading";
  }

  /** Walks one file and notes what breaks a rule. */
  private final class HouseRules extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final Source source;
    private final List<String> wrong;

    HouseRules(Source source, List<String> wrong) {
      this.source = source;
      this.wrong = wrong;
    }

    /** The code that JMH generates extends the classes that hold its state. */
    private static boolean extendedByJmh(ClassTree type) {
      return type.getModifiers().getAnnotations().stream()
          .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("State"));
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      String name = type.getSimpleName().toString();
      boolean topLevel = getCurrentPath().getParentPath().getLeaf() == source.tree();
      Set<Modifier> modifiers = type.getModifiers().getFlags();
      if (VAGUE.matcher(name).matches()) {
        report(type, "a name that says nothing: " + name);
      }
      if (topLevel && AMBIGUOUS.contains(name)) {
        report(type, "a name that means something else in this field: " + name);
      }
      if (topLevel
          && source.main()
          && type.getKind() == Tree.Kind.CLASS
          && !modifiers.contains(Modifier.FINAL)
          && !modifiers.contains(Modifier.ABSTRACT)
          && !modifiers.contains(Modifier.SEALED)
          && !extendedByJmh(type)) {
        report(type, "class " + name + " is not final");
      }
      if (topLevel
          && source.main()
          && modifiers.contains(Modifier.PUBLIC)
          && sources.trees().getDocComment(getCurrentPath()) == null) {
        report(type, "public type " + name + " has no javadoc");
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      String name = method.getName().toString();
      ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      boolean constructor = method.getReturnType() == null;
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
      int length = line(end(method)) - line(start(method)) + 1;
      if (length > METHOD_LINES) {
        report(method, "method " + name + " has " + length + " lines");
      }
      boolean components = constructor && owner.getKind() == Tree.Kind.RECORD;
      if (method.getParameters().size() > PARAMETERS && !components && !overrides) {
        report(method, "method " + name + " has " + method.getParameters().size() + " parameters");
      }
      if (!overrides && GETTER.matcher(name).matches()) {
        report(method, "method " + name + ": name what it gives, without 'get'");
      }
      if (isPublic(method, owner) && source.main() && !overrides && !components) {
        for (VariableTree parameter : method.getParameters()) {
          if (parameter.getType() != null && parameter.getType().toString().equals("boolean")) {
            report(method, "boolean parameter of public method " + name + ": use an enum");
          }
        }
      }
      return super.visitMethod(method, null);
    }

    private boolean isPublic(MethodTree method, ClassTree owner) {
      boolean ownerIsPublic = owner.getModifiers().getFlags().contains(Modifier.PUBLIC);
      return ownerIsPublic
          && (owner.getKind() == Tree.Kind.INTERFACE
              || method.getModifiers().getFlags().contains(Modifier.PUBLIC));
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void unused) {
      Tree type = variable.getType();
      if (type == null || type.toString().equals("var")) {
        int start = (int) start(variable);
        String line = start < 0 ? "" : source.lines().get(line(start) - 1);
        if (line.matches(".*\\bvar " + variable.getName() + "\\b.*")) {
          report(variable, "no 'var': write the type of " + variable.getName());
        }
      } else if (type.toString().equals("Map<String, Object>") && source.main()) {
        report(variable, "Map<String, Object> " + variable.getName() + ": make it a record");
      }
      return super.visitVariable(variable, null);
    }

    private long start(Tree tree) {
      return sources.trees().getSourcePositions().getStartPosition(source.tree(), tree);
    }

    private long end(Tree tree) {
      return sources.trees().getSourcePositions().getEndPosition(source.tree(), tree);
    }

    private int line(long position) {
      return position < 0 ? 0 : (int) source.tree().getLineMap().getLineNumber(position);
    }

    private void report(Tree tree, String what) {
      wrong.add(source.file() + ":" + line(start(tree)) + ": " + what);
    }
  }
}
