package dev.ravel.desktop;

import com.techsenger.jeditermfx.core.TerminalColor;
import com.techsenger.jeditermfx.core.TerminalOutputStream;
import com.techsenger.jeditermfx.core.TerminalStarter;
import com.techsenger.jeditermfx.core.TextStyle;
import com.techsenger.jeditermfx.core.TtyConnector;
import com.techsenger.jeditermfx.core.model.JediTerminal;
import com.techsenger.jeditermfx.core.model.StyleState;
import com.techsenger.jeditermfx.core.model.TerminalTextBuffer;
import com.techsenger.jeditermfx.ui.JediTermFxWidget;
import com.techsenger.jeditermfx.ui.TerminalPanel;
import com.techsenger.jeditermfx.ui.settings.DefaultSettingsProvider;
import com.techsenger.jeditermfx.ui.settings.SettingsProvider;
import dev.ravel.session.GuestConsole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import javafx.scene.Node;
import javafx.scene.canvas.Canvas;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.text.Font;

/** {@link ConsoleView} by the JediTermFX terminal widget. */
final class JediTermConsole implements ConsoleView {
    private static final int COLUMNS = 100;
    private static final int ROWS = 32;

    private final Settings settings = new Settings();
    private final JediTermFxWidget widget;

    /** The key that went down last was one of the widget's own. */
    private boolean shortcut;

    /**
     * What a console prints.
     *
     * @param output read to its end, and closed with this
     * @param before shown first
     */
    JediTermConsole(GuestConsole console, GuestConsole.Output output, String before) {
        widget = new Widget(settings, console);
        widget.setTtyConnector(new Connector(console, output, before));
        widget.start();
        // The widget paints its whole canvas anew, so that a cached picture of it would be one more copy in each frame.
        widget.getTerminalPanel().getCanvas().setCache(false);
        keepShortcutsFromTheGuest();
    }

    /** The widget copies and pastes when keys go down, and would then send the letter that was typed as well. */
    private void keepShortcutsFromTheGuest() {
        widget.getPane().addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (typesNothing(event)) {
                event.consume();
            }
            boolean clipboard = event.getCode() == KeyCode.C || event.getCode() == KeyCode.V;
            shortcut = clipboard && event.isControlDown() && event.isShiftDown();
        });
        widget.getPane().addEventFilter(KeyEvent.KEY_TYPED, event -> {
            if (shortcut) {
                event.consume();
            }
        });
    }

    /** Shift and its like: the widget would send a NUL for a key without text. It does not for Alt, which opens menus. */
    private boolean typesNothing(KeyEvent event) {
        KeyCode key = event.getCode();
        return event.getText().isEmpty()
                && key != KeyCode.ALT
                && widget.getTerminal().getCodeForKey(key.getCode(), 0) == null;
    }

    @Override
    public Node node() {
        return widget.getPane();
    }

    @Override
    public void focus() {
        // The canvas listens to the keyboard, not the pane that the widget calls focusable.
        Canvas canvas = widget.getTerminalPanel().getCanvas();
        canvas.setFocusTraversable(true);
        canvas.requestFocus();
    }

    @Override
    public void setFontSize(double pixels) {
        settings.fontSize = (float) pixels;
        if (widget.getTerminalPanel() instanceof Panel panel) {
            panel.fontChanged();
        }
    }

    @Override
    public String text() {
        return widget.getTerminalTextBuffer().getScreenLines();
    }

    @Override
    public void close() {
        widget.close();
    }

    private static final TerminalColor FOREGROUND = TerminalColor.rgb(0xd8, 0xd8, 0xd8);
    private static final TerminalColor BACKGROUND = TerminalColor.rgb(0x17, 0x1a, 0x1f);

    private static final class Widget extends JediTermFxWidget {
        private final GuestConsole console;

        Widget(SettingsProvider settings, GuestConsole console) {
            super(COLUMNS, ROWS, settings);
            this.console = console;
        }

        @Override
        protected TerminalStarter createTerminalStarter(JediTerminal terminal, TtyConnector connector) {
            TerminalStarter keys = super.createTerminalStarter(terminal, connector);
            terminal.setTerminalOutput(new Answers(console, keys));
            return keys;
        }

        @Override
        protected TerminalPanel createTerminalPanel(
                SettingsProvider settings, StyleState style, TerminalTextBuffer buffer) {
            return new Panel(settings, buffer, style);
        }
    }

    /** Tells what the terminal answers by itself from what its user does with keys and mouse. */
    private record Answers(GuestConsole console, TerminalOutputStream user) implements TerminalOutputStream {
        @Override
        public void sendBytes(byte[] bytes, boolean byUser) {
            if (byUser) {
                user.sendBytes(bytes, true);
            } else {
                console.answer(bytes);
            }
        }

        @Override
        public void sendString(String text, boolean byUser) {
            sendBytes(text.getBytes(StandardCharsets.UTF_8), byUser);
        }
    }

    private static final class Panel extends TerminalPanel {
        Panel(SettingsProvider settings, TerminalTextBuffer buffer, StyleState style) {
            super(settings, buffer, style);
        }

        void fontChanged() {
            reinitFontAndResize();
        }
    }

    private static final class Settings extends DefaultSettingsProvider {
        private float fontSize = super.getTerminalFontSize();

        @Override
        public float getTerminalFontSize() {
            return fontSize;
        }

        @Override
        public Font getTerminalFont() {
            return Font.font("monospace", getTerminalFontSize());
        }

        /** Deprecated, and still what the widget asks for. */
        @Override
        @SuppressWarnings("deprecation")
        public TextStyle getDefaultStyle() {
            return new TextStyle(FOREGROUND, BACKGROUND);
        }

        @Override
        public TerminalColor getDefaultForeground() {
            return FOREGROUND;
        }

        @Override
        public TerminalColor getDefaultBackground() {
            return BACKGROUND;
        }

        @Override
        public boolean audibleBell() {
            return false;
        }

        /** Of lines that were scrolled away. When there are so many, the widget copies their list for each new one. */
        @Override
        public int getBufferMaxLinesCount() {
            return 5_000;
        }
    }

    /** The guest's console as the widget wants to see it. */
    private static final class Connector implements TtyConnector {
        private final GuestConsole console;
        private final GuestConsole.Output output;
        private final Reader reader;

        Connector(GuestConsole console, GuestConsole.Output output, String before) {
            this.console = console;
            this.output = output;
            byte[] first = before.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
            this.reader = new InputStreamReader(
                    new SequenceInputStream(new ByteArrayInputStream(first), output), StandardCharsets.UTF_8);
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            return reader.read(buffer, offset, length);
        }

        @Override
        public void write(byte[] bytes) {
            console.type(bytes);
        }

        @Override
        public void write(String text) {
            console.type(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean isConnected() {
            return !output.closed();
        }

        @Override
        public int waitFor() throws InterruptedException {
            output.awaitClosed();
            return 0;
        }

        @Override
        public boolean ready() throws IOException {
            return reader.ready();
        }

        @Override
        public String getName() {
            return "console";
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
