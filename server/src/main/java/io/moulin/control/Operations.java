package io.moulin.control;

import io.moulin.control.build.Building;
import io.moulin.control.build.Documenting;
import io.moulin.control.build.Exporting;
import io.moulin.control.build.Watching;
import io.moulin.control.fixture.Testing;
import io.moulin.control.generate.Generating;
import io.moulin.control.live.KeepingUp;
import io.moulin.control.mend.Mending;
import io.moulin.control.proof.Verifying;
import io.moulin.control.start.Demonstrating;
import io.moulin.control.start.Initializing;
import io.moulin.control.start.Scaffolding;

/** All that can be asked for, in the order in which a user meets it. */
public record Operations(
    Demonstrating demonstrating,
    Initializing initializing,
    Scaffolding scaffolding,
    Checking checking,
    Testing testing,
    Sessions sessions,
    Planning planning,
    Loading loading,
    Generating generating,
    Running running,
    Balancing balancing,
    Building building,
    Watching watching,
    Documenting documenting,
    Exporting exporting,
    Recounting recounting,
    Querying querying,
    Validating validating,
    Describing describing,
    KeepingUp keepingUp,
    Verifying verifying,
    Mending mending) {}
