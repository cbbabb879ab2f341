/*
description: No row is lost.
severity: warn
*/
SELECT 1 WHERE FALSE
