package io.moulin.manifest;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.VisibleText;
import io.moulin.spec.project.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Every setting with its value, where that comes from, and what it would be by itself. */
final class SettingList {
  private static final String MASK = "******";
  private static final String DEFAULT = "default";
  private static final List<String> SECRET_WORDS =
      List.of(
          "password", "passwd", "secret", "token", "credential", "jaas", "access-key", "api-key");

  private SettingList() {}

  static List<Setting> of(Section project, ProfileChoice.Choice profile) {
    List<Setting> settings = new ArrayList<>();
    settings.add(setting(project, "", project.block().field("name")));
    settings.add(new Setting("profile", VisibleText.of(profile.name()), profile.source(), "local"));
    for (Field field : project.block().fields()) {
      if (field.kind() == Field.Kind.BLOCK) {
        Section axis = project.partOrEmpty(field.name());
        for (Field inner : axis.block().fields()) {
          if (inner.kind() == Field.Kind.TEXT_MAP) {
            settings.addAll(pairs(axis, field.name() + "." + inner.name() + ".", inner.name()));
          } else {
            settings.add(setting(axis, field.name() + ".", inner));
          }
        }
      }
    }
    return List.copyOf(settings);
  }

  /** Whether a value must not be shown: it came from elsewhere, or its name or text says so. */
  static boolean hidden(String name, Text value) {
    return !value.origin().isEmpty() || secretName(name) || holdsPassword(value.text());
  }

  /** Whether a name is that of a secret. */
  static boolean secretName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SECRET_WORDS.stream()
        .flatMap(word -> Stream.of(word, word.replace('-', '.'), word.replace("-", "")))
        .anyMatch(lower::contains);
  }

  /** Where a value comes from: a place, and the variable or file that it names. */
  static String source(Text value) {
    return value.origin().isEmpty()
        ? value.at().toString()
        : value.origin() + " (" + value.at() + ")";
  }

  private static Setting setting(Section section, String prefix, Field field) {
    String byDefault = field.byDefault() == null ? "" : field.byDefault();
    Text given = section.given(field.name());
    String key = prefix + field.name();
    if (given == null) {
      return new Setting(key, byDefault, DEFAULT, byDefault);
    }
    boolean hidden = field.need() == Field.Need.SECRET || hidden(field.name(), given);
    String value = hidden && !given.text().isEmpty() ? MASK : VisibleText.of(given.text());
    return new Setting(key, value, source(given), byDefault);
  }

  private static List<Setting> pairs(Section axis, String prefix, String name) {
    List<Setting> settings = new ArrayList<>();
    for (Map.Entry<String, Text> pair : axis.pairs(name).entrySet()) {
      Text value = pair.getValue();
      String shown = hidden(pair.getKey(), value) ? MASK : VisibleText.of(value.text());
      settings.add(new Setting(prefix + pair.getKey(), shown, source(value), ""));
    }
    return settings;
  }

  /** A URL with {@code user:password@}, or a text with {@code password=}. */
  static boolean holdsPassword(String text) {
    int scheme = text.indexOf("://");
    int at = text.indexOf('@', Math.max(scheme, 0));
    boolean login = scheme >= 0 && at > 0 && text.substring(scheme + 3, at).contains(":");
    return login || text.toLowerCase(Locale.ROOT).contains("password=");
  }
}
