package dev.ravel.conformance;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes verdicts as the JUnit XML that build servers read. */
public final class JUnitReport {
    private JUnitReport() {}

    /**
     * Writes one test suite.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, String suite, List<Verdict> verdicts) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", suite);
            xml.writeAttribute("tests", Integer.toString(verdicts.size()));
            xml.writeAttribute("failures", count(verdicts, Verdict.Outcome.FAIL));
            xml.writeAttribute(
                    "errors",
                    Long.toString(verdicts.stream()
                            .filter(v -> v.outcome() == Verdict.Outcome.ERROR || v.outcome() == Verdict.Outcome.TIMEOUT)
                            .count()));
            for (Verdict verdict : verdicts) {
                writeCase(xml, suite, verdict);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void writeCase(XMLStreamWriter xml, String suite, Verdict verdict) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", suite);
        xml.writeAttribute("name", verdict.program().getFileName().toString());
        xml.writeAttribute("time", seconds(verdict.elapsed()));
        if (!verdict.passed()) {
            xml.writeEmptyElement(verdict.outcome() == Verdict.Outcome.FAIL ? "failure" : "error");
            xml.writeAttribute("type", verdict.outcome().name());
            xml.writeAttribute("message", verdict.detail());
        }
        xml.writeEndElement();
    }

    private static String count(List<Verdict> verdicts, Verdict.Outcome outcome) {
        return Long.toString(
                verdicts.stream().filter(v -> v.outcome() == outcome).count());
    }

    private static String seconds(Duration elapsed) {
        return String.format(Locale.ROOT, "%.3f", elapsed.toNanos() / 1e9);
    }
}
