/** Makes gold of what the streams have brought, and says whether it is good. */
@NullMarked
package io.moulin.control.build;

import org.jspecify.annotations.NullMarked;
