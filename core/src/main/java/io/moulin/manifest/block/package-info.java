/** Blocks of fields: declared once, read from YAML, with every mistake reported in its place. */
@NullMarked
package io.moulin.manifest.block;

import org.jspecify.annotations.NullMarked;
