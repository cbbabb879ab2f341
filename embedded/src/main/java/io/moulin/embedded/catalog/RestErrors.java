package io.moulin.embedded.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchIcebergTableException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.responses.ErrorResponse;

/** Failures as the REST specification's status codes and error model. */
final class RestErrors {
  // The first that fits: an exception before those that it extends.
  private static final Map<Class<? extends Exception>, Integer> STATUS = new LinkedHashMap<>();

  static {
    STATUS.put(NamespaceNotEmptyException.class, 409);
    STATUS.put(NoSuchNamespaceException.class, 404);
    STATUS.put(NoSuchIcebergTableException.class, 404);
    STATUS.put(NoSuchTableException.class, 404);
    STATUS.put(NoSuchViewException.class, 404);
    STATUS.put(NotFoundException.class, 404);
    STATUS.put(AlreadyExistsException.class, 409);
    STATUS.put(CommitFailedException.class, 409);
    STATUS.put(UnprocessableEntityException.class, 422);
    STATUS.put(CommitStateUnknownException.class, 500);
    STATUS.put(ForbiddenException.class, 403);
    STATUS.put(BadRequestException.class, 400);
    STATUS.put(ValidationException.class, 400);
    STATUS.put(JsonProcessingException.class, 400);
    STATUS.put(IllegalArgumentException.class, 400);
    STATUS.put(UnsupportedOperationException.class, 406);
  }

  private RestErrors() {}

  static ErrorResponse of(Exception failure) {
    int status =
        STATUS.entrySet().stream()
            .filter(entry -> entry.getKey().isInstance(failure))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElse(500);
    return of(
        status,
        failure.getClass().getSimpleName(),
        Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getName()));
  }

  static ErrorResponse of(int status, String type, String message) {
    return ErrorResponse.builder().responseCode(status).withType(type).withMessage(message).build();
  }
}
