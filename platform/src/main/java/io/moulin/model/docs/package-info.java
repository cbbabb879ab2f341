/**
 * A static site about the tables of a project: what they hold, where that comes from, and whether
 * it is good.
 */
@NullMarked
package io.moulin.model.docs;

import org.jspecify.annotations.NullMarked;
