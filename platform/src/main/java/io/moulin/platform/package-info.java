/** What a project runs on: topics, tables and jobs, the same on a laptop and on a cluster. */
@NullMarked
package io.moulin.platform;

import org.jspecify.annotations.NullMarked;
