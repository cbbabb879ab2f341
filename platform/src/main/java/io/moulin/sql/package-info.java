/** Read-only SQL over the tables of an Iceberg catalog, as of now or of any snapshot. */
@NullMarked
package io.moulin.sql;

import org.jspecify.annotations.NullMarked;
