/** Reads what a project makes of its streams: models, seeds and checks. */
@NullMarked
package io.moulin.manifest.model;

import org.jspecify.annotations.NullMarked;
