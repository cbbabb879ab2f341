/** An Iceberg REST catalog on loopback over a SQLite file and a local folder. */
@NullMarked
package io.moulin.embedded.catalog;

import org.jspecify.annotations.NullMarked;
