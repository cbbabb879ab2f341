/**
 * The books of a dataset: its tables committed together, exactly once, with the ledger in every
 * snapshot.
 */
@NullMarked
package io.moulin.commit;

import org.jspecify.annotations.NullMarked;
