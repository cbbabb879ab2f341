package io.moulin.ingest;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.TimeSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names the set of rules that judged a row: the same rules, the same name, wherever they stand. */
final class RulesVersion {
  private static final int LENGTH = 12;

  private RulesVersion() {}

  static String of(DatasetSpec dataset) {
    StringBuilder text = new StringBuilder();
    for (ColumnSpec column : dataset.columns()) {
      text.append(column.name()).append('\t').append(column.type()).append('\t');
      text.append(column.as()).append('\t').append(column.silver()).append('\t');
      text.append(column.required()).append(column.round()).append('\n');
    }
    for (DerivedSpec derived : dataset.derived()) {
      text.append(derived.name()).append('\t').append(derived.type()).append('\t');
      text.append(derived.sql()).append('\n');
    }
    for (RuleSpec rule : dataset.rules()) {
      text.append(rule.name()).append('\t').append(rule.expect()).append('\t');
      text.append(rule.otherwise()).append('\t').append(rule.nullPasses()).append('\n');
    }
    TimeSpec time = dataset.time();
    if (time != null && time.ahead() != null) {
      text.append(time.column()).append('\t').append(time.zone()).append('\t');
      text.append(time.ahead()).append('\n');
    }
    text.append(dataset.nulls()).append(dataset.unknownFields());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: every JDK has SHA-256", e);
    }
  }
}
