/* description: no end
SELECT 1
