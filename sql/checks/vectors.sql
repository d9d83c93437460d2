-- Every vector has the dimension of the one embedding space, is of length 1 and holds no NaN.
-- grain: one row a vector that does not, or a space that is missing or one too many
SELECT embeddings.text_key AS key, 'length' AS broken
FROM embeddings
-- 0.001 is far above the rounding of float32 over some hundred components and far below any real error.
WHERE NOT coalesce(abs(list_inner_product(embeddings.vector::FLOAT[], embeddings.vector::FLOAT[]) - 1) < 0.001, false)
    OR list_bool_or(list_transform(embeddings.vector::FLOAT[], lambda component: isnan(component)))
UNION ALL
SELECT embeddings.text_key, 'dimension'
FROM embeddings
CROSS JOIN embedding_space
WHERE len(embeddings.vector::FLOAT[]) <> embedding_space.dimension
UNION ALL
SELECT coalesce(min(key), ''), 'spaces'
FROM embedding_space
HAVING count(*) > 1 OR (count(*) = 0 AND (SELECT count(*) FROM embeddings) > 0);
