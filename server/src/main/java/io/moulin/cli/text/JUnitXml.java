package io.moulin.cli.text;

import io.moulin.control.fixture.CaseResult;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of cases as JUnit XML, the form that CI systems read: a suite a dataset. */
public final class JUnitXml {
  private final XMLStreamWriter xml;

  private JUnitXml(XMLStreamWriter xml) {
    this.xml = xml;
  }

  public static String of(String project, List<CaseResult> results) {
    StringWriter text = new StringWriter();
    try {
      new JUnitXml(XMLOutputFactory.newFactory().createXMLStreamWriter(text))
          .suites(project, results);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Cannot write XML", e);
    }
    return text.toString();
  }

  private void suites(String project, List<CaseResult> results) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuites");
    xml.writeAttribute("name", project);
    counts(results);
    Map<String, List<CaseResult>> suites = new LinkedHashMap<>();
    for (CaseResult result : results) {
      suites.computeIfAbsent(result.dataset(), name -> new ArrayList<>()).add(result);
    }
    for (Map.Entry<String, List<CaseResult>> suite : suites.entrySet()) {
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", suite.getKey());
      counts(suite.getValue());
      for (CaseResult result : suite.getValue()) {
        testCase(result);
      }
      xml.writeCharacters("\n  ");
      xml.writeEndElement();
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeCharacters("\n");
    xml.writeEndDocument();
    xml.flush();
  }

  private void counts(List<CaseResult> results) throws XMLStreamException {
    long failed = results.stream().filter(result -> !result.passed()).count();
    xml.writeAttribute("tests", Integer.toString(results.size()));
    xml.writeAttribute("failures", Long.toString(failed));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("time", seconds(results.stream().mapToDouble(CaseResult::seconds).sum()));
  }

  private void testCase(CaseResult result) throws XMLStreamException {
    xml.writeCharacters("\n    ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", result.dataset());
    xml.writeAttribute("name", printable(result.name()));
    xml.writeAttribute("file", result.at().file());
    xml.writeAttribute("line", Integer.toString(result.at().line()));
    xml.writeAttribute("time", seconds(result.seconds()));
    if (!result.passed()) {
      xml.writeCharacters("\n      ");
      xml.writeStartElement("failure");
      xml.writeAttribute(
          "message",
          printable(
              result.differences().get(0).what() + ": " + result.differences().get(0).summary()));
      xml.writeCharacters(printable(String.join("\n", CaseText.lines(result, Style.PLAIN))));
      xml.writeEndElement();
      xml.writeCharacters("\n    ");
    }
    xml.writeEndElement();
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  /** XML 1.0 has no way to write most control characters. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean allowed =
                  c == '\n'
                      || c == '\t'
                      || (c >= 0x20 && c < 0xD800)
                      || (c >= 0xE000 && c < 0xFFFE)
                      || c >= 0x10000;
              printable.append(allowed ? Character.toString(c) : "\\x%02x".formatted(c));
            });
    return printable.toString();
  }
}
