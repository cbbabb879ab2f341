/** Where a project runs: its broker, catalog, storage and engine, and the settings that say so. */
@NullMarked
package io.moulin.spec.project;

import org.jspecify.annotations.NullMarked;
