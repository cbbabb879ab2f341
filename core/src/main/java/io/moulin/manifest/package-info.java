/** YAML to spec: every field declared once, every mistake a diagnostic with its place. */
@NullMarked
package io.moulin.manifest;

import org.jspecify.annotations.NullMarked;
