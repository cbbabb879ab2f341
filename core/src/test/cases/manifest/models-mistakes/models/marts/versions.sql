/*
materialise: snapshot
partition: [day]
lookback: 1d
*/
SELECT 1
