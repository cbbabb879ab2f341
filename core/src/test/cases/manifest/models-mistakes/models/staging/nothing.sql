/*
description: no SQL
*/
;
