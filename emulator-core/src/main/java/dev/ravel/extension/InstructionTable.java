package dev.ravel.extension;

import dev.ravel.isa.BitLayout;
import dev.ravel.isa.Expansion;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operands;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Operation.CsrAccess;
import dev.ravel.isa.Operation.Extend;
import dev.ravel.isa.Semantics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Builds the instructions of one extension from rows as the specification writes them.
 *
 * <p>A row begins with the assembly syntax, {@code "sw rs2, imm(rs1)"}: the mnemonic and the operands in their order. It
 * goes on with the encoding from the highest bit to the lowest, {@code "imm[11:5] rs2 rs1 010 imm[4:0] 0100011"}: binary
 * digits are fixed bits, {@code -} is a bit that is ignored, as are {@code aq}, {@code rl} (one bit each) and
 * {@code fm} (four); a name is an operand, with the list of its bits unless all of them stand there in order. Names are
 * those of {@link Operands}: {@code rd rs1 rs2} are x registers, {@code fd fs1 fs2 fs3} f registers. The builder checks that
 * both parts name the same operands, that operand and bits belong together, and that the encoding has 16 or 32 bits. Only
 * {@code sp} stands in the syntax of compressed instructions alone.
 *
 * <p>The rows are read whenever Ravel starts, so this does without regular expressions and streams, which take longer to
 * warm up than all the rows take to read.
 *
 * <p>The method that gives a meaning is a public static method of the extension's class. Where no name is given it is called
 * as the mnemonic, in camel case: {@code czeroEqz} for {@code czero.eqz}.
 */
final class InstructionTable {
    private static final String PUNCTUATION = " ,()";
    private static final Map<String, Integer> IGNORED = Map.of("aq", 1, "rl", 1, "fm", 4);

    /** What words of encodings stand for: most are in many rows. Extensions begin on several threads. */
    private static final Map<String, Part> PARTS = new ConcurrentHashMap<>();

    private final Extension extension;
    private final Class<?> owner;
    private final Map<String, Instruction> bases = new LinkedHashMap<>();
    private final List<Instruction> rows = new ArrayList<>();

    private InstructionTable(Extension extension, Class<?> owner) {
        this.extension = extension;
        this.owner = owner;
    }

    /** The rows of {@code extension}; {@code owner} has the methods. */
    static InstructionTable of(Extension extension, Class<?> owner) {
        return new InstructionTable(extension, owner);
    }

    /** {@link Operation.Pure}, its method named as the mnemonic. */
    InstructionTable pure(String syntax, String encoding) {
        return pure(syntax, encoding, methodName(syntax));
    }

    /** {@link Operation.Pure} with this method. */
    InstructionTable pure(String syntax, String encoding, String method) {
        return row(syntax, encoding, new Operation.Pure(new Semantics(owner, method)));
    }

    /** {@link Operation.Branch}, its method named as the mnemonic. */
    InstructionTable branch(String syntax, String encoding) {
        return row(syntax, encoding, new Operation.Branch(new Semantics(owner, methodName(syntax))));
    }

    /** {@link Operation.Load}. */
    InstructionTable load(String syntax, String encoding, int size, Extend extend) {
        return row(syntax, encoding, new Operation.Load(size, extend));
    }

    /** {@link Operation.Store}. */
    InstructionTable store(String syntax, String encoding, int size) {
        return row(syntax, encoding, new Operation.Store(size));
    }

    /** {@link Operation.Amo} with this method of {@code family}. */
    InstructionTable amo(String syntax, String encoding, int size, Class<?> family, String method) {
        return row(syntax, encoding, new Operation.Amo(size, new Semantics(family, method)));
    }

    /** {@link Operation.Csr}; immediate if the syntax has {@code zimm}. */
    InstructionTable csr(String syntax, String encoding, CsrAccess access) {
        return row(syntax, encoding, new Operation.Csr(access, syntax.contains("zimm")));
    }

    /** {@link Operation.Control}, its method named as the mnemonic. */
    InstructionTable control(String syntax, String encoding) {
        return control(syntax, encoding, methodName(syntax));
    }

    /** {@link Operation.Control} with this method. */
    InstructionTable control(String syntax, String encoding, String method) {
        return row(syntax, encoding, new Operation.Control(new Semantics(owner, method)));
    }

    /** {@link Operation.Effect} with this method. */
    InstructionTable effect(String syntax, String encoding, String method) {
        return row(syntax, encoding, new Operation.Effect(new Semantics(owner, method)));
    }

    /** {@link Operation.Hint}. */
    InstructionTable hint(String syntax, String encoding) {
        return row(syntax, encoding, new Operation.Hint());
    }

    /** Any shape. */
    InstructionTable row(String syntax, String encoding, Operation operation) {
        rows.add(parse(syntax, encoding, operation));
        return this;
    }

    /** The instructions that {@link #compressed} rows may expand to. */
    InstructionTable expandingTo(List<Instruction> instructions) {
        instructions.forEach(base -> bases.put(base.mnemonic(), base));
        return this;
    }

    /**
     * A compressed instruction, the alias of {@code expansion}: a base instruction's mnemonic and a word for each of its
     * operands, an operand of the compressed one, a number or a register: {@code "addi rd', x2, nzuimm"}.
     */
    InstructionTable compressed(String syntax, String encoding, String expansion) {
        String[] words = words(expansion);
        Instruction base = bases.get(words[0]);
        if (base == null) {
            throw new IllegalArgumentException(syntax + ": no base instruction " + words[0]);
        }
        Instruction plain = parse(syntax, encoding, base.operation());
        List<Expansion.Argument> arguments = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            arguments.add(argument(words[i], plain.operands()));
        }
        rows.add(plain.expandingTo(new Expansion(base, arguments)));
        return this;
    }

    /** The instructions, in the order of the rows. */
    List<Instruction> build() {
        return List.copyOf(rows);
    }

    /** What a word of an expansion stands for. */
    private static Expansion.Argument argument(String word, List<Operand> operands) {
        for (Operand operand : operands) {
            if (operand.name().equals(word)) {
                return new Expansion.Argument.Copied(operand);
            }
        }
        return new Expansion.Argument.Constant(Long.parseLong(word.startsWith("x") ? word.substring(1) : word));
    }

    private Instruction parse(String syntax, String encoding, Operation operation) {
        String[] words = words(syntax);
        List<Part> parts = parts(syntax, encoding);
        int position = 0;
        for (Part part : parts) {
            position += part.length();
        }
        if (position != 16 && position != 32) {
            throw new IllegalArgumentException(syntax + ": the encoding has " + position + " bits");
        }
        int match = 0;
        int mask = 0;
        Map<String, List<Integer>> layouts = new LinkedHashMap<>();
        for (Part part : parts) {
            position -= part.length();
            switch (part) {
                case Part.Fixed(int length, int value) -> {
                    match |= value << position;
                    mask |= (1 << length) - 1 << position;
                }
                case Part.Ignored _ -> {}
                case Part.OperandBits(String name, List<Integer> valueBits) -> {
                    List<Integer> layout = layouts.computeIfAbsent(name, key -> new ArrayList<>());
                    int place = position + valueBits.size();
                    for (int valueBit : valueBits) {
                        BitLayout.put(layout, valueBit, --place);
                    }
                }
            }
        }
        List<Operand> operands = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            List<Integer> layout = layouts.remove(words[i]);
            operands.add(Operands.find(words[i], new BitLayout(layout == null ? List.of() : layout)));
        }
        if (!layouts.isEmpty()) {
            throw new IllegalArgumentException(syntax + ": not in the syntax: " + layouts.keySet());
        }
        return new Instruction(words[0], extension, match, mask, operands, form(syntax), operation, Optional.empty());
    }

    /** A word of an encoding. */
    private sealed interface Part {
        int length();

        record Fixed(int length, int value) implements Part {}

        record Ignored(int length) implements Part {}

        record OperandBits(String name, List<Integer> valueBits) implements Part {
            @Override
            public int length() {
                return valueBits.size();
            }
        }
    }

    private static List<Part> parts(String syntax, String encoding) {
        List<Part> parts = new ArrayList<>();
        for (String word : encoding.split(" ")) {
            parts.add(PARTS.computeIfAbsent(word, _ -> part(syntax, word)));
        }
        return parts;
    }

    private static Part part(String syntax, String word) {
        Integer ignored = IGNORED.get(word);
        int bracket = word.indexOf('[');
        if (ignored != null) {
            return new Part.Ignored(ignored);
        }
        if (consistsOf(word, "01")) {
            return new Part.Fixed(word.length(), Integer.parseInt(word, 2));
        }
        if (consistsOf(word, "-")) {
            return new Part.Ignored(word.length());
        }
        if (bracket < 0) {
            return new Part.OperandBits(word, BitLayout.bitList(Operands.width(word) - 1 + ":0"));
        }
        if (word.endsWith("]")) {
            String list = word.substring(bracket + 1, word.length() - 1);
            return new Part.OperandBits(word.substring(0, bracket), BitLayout.bitList(list));
        }
        throw new IllegalArgumentException(syntax + ": not part of an encoding: " + word);
    }

    private static boolean consistsOf(String word, String characters) {
        for (int i = 0; i < word.length(); i++) {
            if (characters.indexOf(word.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The mnemonic and the operands' names. */
    private static String[] words(String syntax) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= syntax.length(); i++) {
            if (i == syntax.length() || PUNCTUATION.indexOf(syntax.charAt(i)) >= 0) {
                if (start < i) {
                    words.add(syntax.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words.toArray(new String[0]);
    }

    private static String mnemonic(String syntax) {
        int end = syntax.indexOf(' ');
        return end < 0 ? syntax : syntax.substring(0, end);
    }

    /** The syntax after the mnemonic, with {@code %} for each operand and without blanks. */
    private static String form(String syntax) {
        StringBuilder form = new StringBuilder();
        boolean inWord = false;
        for (int i = mnemonic(syntax).length(); i < syntax.length(); i++) {
            char c = syntax.charAt(i);
            boolean punctuation = PUNCTUATION.indexOf(c) >= 0;
            if (punctuation && c != ' ') {
                form.append(c);
            } else if (!punctuation && !inWord) {
                form.append('%');
            }
            inWord = !punctuation;
        }
        return form.toString();
    }

    private static String methodName(String syntax) {
        StringBuilder name = new StringBuilder();
        boolean capital = false;
        for (char c : mnemonic(syntax).toCharArray()) {
            if (c == '.') {
                capital = true;
            } else {
                name.append(capital ? Character.toUpperCase(c) : c);
                capital = false;
            }
        }
        return name.toString();
    }
}
