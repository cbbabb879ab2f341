/*
materialize: table
materialise: tabel
*/
SELECT 1
