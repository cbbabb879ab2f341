package io.moulin.manifest.block;

/** Text as a message may show it. */
public final class VisibleText {
  private VisibleText() {}

  /** Text in which white space that the eye would miss is seen. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    int lastInk = text.stripTrailing().length();
    int firstInk = text.length() - text.stripLeading().length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\t' -> shown.append("\\t");
        case '\n' -> shown.append("\\n");
        case '\r' -> shown.append("\\r");
        case ' ' -> shown.append(i < firstInk || i >= lastInk ? '␠' : ' ');
        default -> {
          boolean unseen =
              Character.isISOControl(c)
                  || Character.isSpaceChar(c)
                  || Character.getType(c) == Character.FORMAT;
          shown.append(unseen ? "\\u%04X".formatted((int) c) : String.valueOf(c));
        }
      }
    }
    return shown.toString();
  }
}
