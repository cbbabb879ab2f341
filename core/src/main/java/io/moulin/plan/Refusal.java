package io.moulin.plan;

/**
 * A change that is declared but not made, because it would break what exists.
 *
 * @param dataset name of the dataset that asks for it
 * @param target what it would be done to, for example {@code table silver.trips}
 * @param what one line that says what would be done
 * @param impact what it would do
 * @param why why it is refused
 * @param fix the way out: what to declare instead
 */
public record Refusal(
    String dataset, String target, String what, Impact impact, String why, String fix) {}
