// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a report as {@code conformance.html}, {@code conformance.json}, {@code conformance.md} and
 * {@code TEST-conformance.xml}.
 */
public final class ReportWriter {
    private ReportWriter() {}

    /**
     * Writes the files into the folder, which is created where it does not exist.
     *
     * @param report the outcome of a run
     * @param directory the folder
     * @throws IOException when the folder can't be written
     */
    public static void write(Report report, Path directory) throws IOException {
        Files.createDirectories(directory);
        json(report, directory.resolve("conformance.json"));
        Files.writeString(directory.resolve("conformance.md"), MarkdownReport.of(report));
        Files.writeString(directory.resolve("conformance.html"), HtmlReport.of(report));
        try (Writer writer = Files.newBufferedWriter(directory.resolve("TEST-conformance.xml"))) {
            junit(report, writer);
        } catch (XMLStreamException e) {
            throw new IOException("the JUnit report can't be written: " + e.getMessage(), e);
        }
    }

    /**
     * {@return the report as a tree of maps and lists, for JSON}
     *
     * @param report the outcome of a run
     */
    public static Map<String, Object> tree(Report report) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("device", report.device());
        tree.put("description", report.description());
        tree.put("plugin", report.plugin());
        tree.put("profile", report.profile().text());
        tree.put("passedProfile", report.passedProfile());
        tree.put("lacking", report.lacking().stream().map(Object::toString).toList());
        tree.put("seed", report.seed());
        tree.put("caseList", report.caseList());
        tree.put("digest", report.digest());
        tree.put("seconds", report.seconds());
        tree.put("passed", report.passed());
        tree.put("checks", report.results().size());
        tree.put("failed", report.failedCount());
        tree.put("missing", report.missing());
        Map<String, Object> operators = new LinkedHashMap<>();
        report.byOperator()
                .forEach(
                        (name, count) ->
                                operators.put(
                                        name, Map.of("passed", count[0], "checks", count[1])));
        tree.put("operators", operators);
        tree.put("failures", report.failures());
        tree.put("knownFailures", report.knownFailures());
        tree.put(
                "unexpectedPasses",
                report.unexpectedPasses().stream().map(Object::toString).toList());
        return tree;
    }

    private static void json(Report report, Path file) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(file.toFile(), tree(report));
    }

    private static void junit(Report report, Writer writer) throws XMLStreamException {
        XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(writer);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "conformance " + report.device());
        xml.writeAttribute("tests", Integer.toString(report.results().size()));
        xml.writeAttribute("failures", Long.toString(report.failedCount()));
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", report.seconds()));
        for (CaseResult result : report.results()) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", result.operator());
            xml.writeAttribute("name", result.line());
            if (!result.passed()) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", printable(result.message()));
                xml.writeCharacters(printable(result.call()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.close();
    }

    /** XML has no control characters. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
