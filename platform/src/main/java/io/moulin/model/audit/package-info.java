/** Whether rows are as they must be: checks made, what came of them kept, and not made again. */
@NullMarked
package io.moulin.model.audit;

import org.jspecify.annotations.NullMarked;
