/** From a file to the manifest of a dataset, with every guess marked. */
@NullMarked
package io.moulin.load.scaffold;

import org.jspecify.annotations.NullMarked;
