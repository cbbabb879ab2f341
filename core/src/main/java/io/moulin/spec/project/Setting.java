package io.moulin.spec.project;

/**
 * One effective setting.
 *
 * @param key dotted, for example {@code broker.kind}
 * @param value as it may be shown: secrets masked, invisible white space made visible
 * @param source where the value comes from, for example {@code moulin.yml:4:9}, {@code
 *     profiles/local.yml:2:3}, {@code default}
 * @param byDefault what it would be if nothing set it
 */
public record Setting(String key, String value, String source, String byDefault) {}
