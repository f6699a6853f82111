package dev.ravel.desktop.lessons;

import dev.ravel.learn.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A lesson's page as a list of blocks. For the lesson's thread. */
final class BlockPage implements Page {
    private static final String ITEM = "- ";

    private final Consumer<String> machines;
    private final Runnable changed;
    private final List<Block> blocks = new ArrayList<>();
    private int step;
    private String title = "";

    /** What was on the page when the present question had been asked. */
    private int asked;

    /**
     * @param machines is told which machine it is about
     * @param changed called whenever there is more on it
     */
    BlockPage(Consumer<String> machines, Runnable changed) {
        this.machines = machines;
        this.changed = changed;
    }

    /** The number of the step; 0 before the first. */
    int step() {
        return step;
    }

    String title() {
        return title;
    }

    List<Block> blocks() {
        return List.copyOf(blocks);
    }

    /** Whether the answer to the present question has failed a check. */
    boolean failed() {
        return blocks.subList(asked, blocks.size()).stream()
                .anyMatch(block -> block instanceof Block.Check check && !check.passed());
    }

    /** Takes away what an earlier answer to the present question has brought. */
    void forgetAnswer() {
        blocks.subList(asked, blocks.size()).clear();
        changed.run();
    }

    private void add(Block block) {
        blocks.add(block);
        changed.run();
    }

    @Override
    public void step(int number, int of, String stepTitle) {
        blocks.clear();
        asked = 0;
        step = number;
        title = stepTitle;
        changed.run();
    }

    @Override
    public void machine(String name) {
        machines.accept(name);
    }

    @Override
    public void text(String paragraph) {
        add(
                paragraph.startsWith(ITEM)
                        ? new Block.Item(paragraph.substring(ITEM.length()))
                        : new Block.Paragraph(paragraph));
    }

    @Override
    public void table(List<List<String>> rows) {
        add(new Block.Table(rows.stream().map(List::copyOf).toList()));
    }

    @Override
    public void starting(String guest) {
        text("The guest `" + guest + "` starts.");
    }

    @Override
    public void console(String text) {
        add(new Block.Console(text));
    }

    @Override
    public void ask(String text, List<String> solution) {
        add(new Block.Ask(text));
        asked = blocks.size();
    }

    @Override
    public void check(String words, boolean passed, String detail) {
        add(new Block.Check(words, passed, detail));
    }

    /** The step cannot go on. */
    void problem(String why) {
        add(new Block.Problem(why));
    }
}
