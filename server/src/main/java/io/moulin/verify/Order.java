package io.moulin.verify;

import java.util.Locale;

/**
 * What a process is told to suffer.
 *
 * @param after commits that it is to make first
 * @param place within that commit: how many tables, or files, come before it
 */
record Order(Hurt hurt, int after, int place) {

  String line() {
    return hurt.key() + " " + after + " " + place;
  }

  static Order parse(String line) {
    String[] words = line.split(" ", -1);
    return new Order(
        Hurt.valueOf(words[0].toUpperCase(Locale.ROOT)),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]));
  }
}
