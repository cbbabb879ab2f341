/** Models and seeds become tables, checked before anybody reads them, and only where needed. */
@NullMarked
package io.moulin.model;

import org.jspecify.annotations.NullMarked;
