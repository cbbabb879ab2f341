package io.moulin.ingest.mend;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.EngineSpec;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.iceberg.catalog.Catalog;

/**
 * What a correction works with.
 *
 * @param folder its own, for files until they are in a table and for what does not fit in memory
 * @param locks folder of the locks that all writers share; empty for none
 * @param who corrects, for the audit
 */
public record MendJob(
    DatasetSpec dataset,
    EngineSpec engine,
    Catalog catalog,
    Path folder,
    String locks,
    String who,
    Clock clock) {}
