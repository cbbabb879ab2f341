/** The tables that models read and make: in the catalog, as files, and in an engine. */
@NullMarked
package io.moulin.model.tables;

import org.jspecify.annotations.NullMarked;
