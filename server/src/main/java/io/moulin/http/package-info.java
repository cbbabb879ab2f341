/** The control address of the process that owns a project: served on loopback, asked by others. */
@NullMarked
package io.moulin.http;

import org.jspecify.annotations.NullMarked;
