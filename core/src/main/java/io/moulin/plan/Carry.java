package io.moulin.plan;

/**
 * What a change of a manifest means for the job of the dataset: what it does from its restart on,
 * and what becomes of what it carries. Nothing has to be made for it.
 *
 * @param dataset name of the dataset
 * @param what one line that says what the manifest changes
 * @param then what becomes of the rows that are stored, or of what the job carries
 */
public record Carry(String dataset, String what, String then) {}
