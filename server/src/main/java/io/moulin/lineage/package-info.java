/** Events of OpenLineage about what is done to the data: what they say, and how they are sent. */
@NullMarked
package io.moulin.lineage;

import org.jspecify.annotations.NullMarked;
