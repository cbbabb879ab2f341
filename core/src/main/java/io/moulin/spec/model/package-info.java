/** What is made of the streams' tables: models, seeds and the checks of both. */
@NullMarked
package io.moulin.spec.model;

import org.jspecify.annotations.NullMarked;
