/** YAML with the place of every word in it. */
@NullMarked
package io.moulin.manifest.yaml;

import org.jspecify.annotations.NullMarked;
