package io.moulin.lineage;

import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.StorageSpec;
import java.nio.file.Path;

/**
 * Where the topics and tables of a project are.
 *
 * @param topics the namespace of its broker
 * @param tables the namespace of its catalog
 */
record Namespaces(String topics, String tables) {

  /**
   * Those of a project. An embedded broker or catalog takes another port at each start, unless it
   * has one of its own, so that the port cannot name it: it is named by the project, or by the
   * warehouse.
   */
  static Namespaces of(Path folder, ProjectSpec project) {
    String bootstrap = project.broker().bootstrap();
    String first =
        bootstrap.isEmpty() ? project.name() + ".embedded" : bootstrap.replaceFirst(",.*", "");
    return new Namespaces("kafka://" + first, tables(folder, project));
  }

  private static String tables(Path folder, ProjectSpec project) {
    String uri = project.catalog().uri();
    if (project.catalog().kind() != CatalogSpec.Kind.EMBEDDED && !uri.isEmpty()) {
      // Neither a login nor parameters, which may hold one, belong to the name.
      return uri.replaceFirst("[?;].*$", "").replaceFirst("//[^/@]*@", "//");
    }
    String warehouse = project.catalog().warehouse();
    String path = warehouse.isEmpty() ? project.storage().path() : warehouse;
    boolean local = project.storage().kind() == StorageSpec.Kind.LOCAL;
    if (!local || path.startsWith("file:")) {
      return path;
    }
    return "file://" + folder.resolve(path).toAbsolutePath().normalize();
  }

  DatasetName topic(String name) {
    return new DatasetName(topics, name);
  }

  DatasetName table(String fullName) {
    return new DatasetName(tables, fullName);
  }
}
