// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.conformance.SignedStatement;
import dev.keyway.conformance.SigningKey;
import dev.keyway.conformance.Statement;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Checks a statement. */
@Command(
        name = "verify",
        header = "Checks a signed statement of conformance.",
        description = {
            "",
            "Checks that the signature is genuine and the result is that the profile was passed;"
                    + " with --signer, that this vendor signed it; with --plugin, that it is about"
                    + " this jar. Without --signer anybody may have signed.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 when all holds, 1 when something does not, 4 when a file can't be read."
        })
final class ConformanceVerifyCommand implements Callable<Integer> {
    @ParentCommand private @Nullable ConformanceCommand parent;

    @Parameters(paramLabel = "STATEMENT", description = "The file with the statement.")
    private Path file = Path.of("");

    @Option(names = "--signer", paramLabel = "FILE", description = "The vendor's public key (PEM).")
    private @Nullable Path signer;

    @Option(names = "--plugin", paramLabel = "JAR", description = "The plugin that is meant.")
    private @Nullable Path plugin;

    @Option(names = "--json", description = "Print the result as JSON, alone on standard output.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        SignedStatement signed = SignedStatement.read(file);
        List<String> problems = problems(signed);
        Terminal terminal = java.util.Objects.requireNonNull(parent).terminal();
        if (json) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("valid", problems.isEmpty());
            tree.put("problems", problems);
            tree.put("statement", signed.statement());
            Json.print(terminal.out(), tree);
        } else {
            print(terminal, signed.statement(), problems);
        }
        return (problems.isEmpty() ? ExitCode.OK : ExitCode.CHECK).status();
    }

    private List<String> problems(SignedStatement signed) throws IOException {
        Statement statement = signed.statement();
        List<String> problems = new ArrayList<>();
        if (!signed.verifies()) {
            problems.add("the signature does not belong to the statement: it was changed");
        }
        if (signer != null) {
            byte[] expected = SigningKey.readPublic(signer).getEncoded();
            if (!signed.publicKey().equals(Base64.getEncoder().encodeToString(expected))) {
                problems.add("it was signed with another key than " + signer);
            }
        }
        if (!statement.result().equals(Statement.PASSED)) {
            problems.add("the result is: " + statement.result());
        }
        if (plugin != null) {
            String actual = ConformanceStatement.sha256(plugin);
            if (!actual.equals(statement.pluginSha256())) {
                problems.add(
                        plugin
                                + " is another jar: its SHA-256 is "
                                + actual
                                + ", the statement's "
                                + statement.pluginSha256());
            }
        }
        return problems;
    }

    private static void print(Terminal terminal, Statement statement, List<String> problems) {
        Table table = new Table("STATEMENT", "");
        table.row("plugin", statement.plugin());
        table.row("SHA-256", statement.pluginSha256());
        table.row("device", statement.device() + " (" + statement.driver() + ")");
        table.row("profile", statement.profile() + ": " + statement.result());
        table.row("checks", statement.checks() + ", failed " + statement.failed());
        table.row("suite", statement.suiteVersion() + ", case list " + statement.caseList());
        table.print(terminal.out());
        if (problems.isEmpty()) {
            terminal.out().println("valid");
        }
        problems.forEach(problem -> terminal.out().println("not valid: " + problem));
    }
}
