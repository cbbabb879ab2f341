/** The models of a project as a project for dbt, as text. */
@NullMarked
package io.moulin.model.dbt;

import org.jspecify.annotations.NullMarked;
