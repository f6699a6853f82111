package dev.ravel.ninep;

/** Makes messages of replies. */
public final class ReplyWriter {
    /** Bytes of an Rlerror: every client has room for one. */
    public static final int ERROR_SIZE = RequestParser.HEADER_SIZE + 4;

    /** Bytes of an Rread or Rreaddir without what was read. */
    public static final int DATA_HEADER_SIZE = RequestParser.HEADER_SIZE + 4;

    private static final int USUAL_SIZE = 192;

    private ReplyWriter() {}

    /** The message that answers the request of that tag. */
    public static byte[] encode(int tag, Reply reply) {
        WireWriter out = new WireWriter(
                reply instanceof Reply.Data data
                        ? DATA_HEADER_SIZE + Math.toIntExact(data.data().byteSize())
                        : USUAL_SIZE);
        out.u32(0);
        out.u8(0);
        out.u16(tag);
        int type = body(reply, out);
        out.setU32(0, out.size());
        byte[] message = out.toBytes();
        message[4] = (byte) type;
        return message;
    }

    /** Writes the body; returns the type. */
    private static int body(Reply reply, WireWriter out) {
        return switch (reply) {
            case Reply.Lerror error -> {
                out.u32(error.errno());
                yield MessageType.RLERROR;
            }
            case Reply.Done done -> done.requestType() + 1;
            case Reply.Version version -> {
                out.u32((int) version.messageSize());
                out.string(FileName.of(version.version()));
                yield MessageType.TVERSION + 1;
            }
            case Reply.Found found -> {
                found.qid().write(out);
                yield found.requestType() + 1;
            }
            case Reply.Opened opened -> {
                opened.qid().write(out);
                // No smaller unit than a message.
                out.u32(0);
                yield opened.requestType() + 1;
            }
            case Reply.Walked walked -> {
                out.u16(walked.qids().size());
                walked.qids().forEach(qid -> qid.write(out));
                yield MessageType.TWALK + 1;
            }
            case Reply.Target target -> {
                out.string(target.target());
                yield MessageType.TREADLINK + 1;
            }
            case Reply.Attributes attributes -> {
                attributes.attributes().write(out);
                yield MessageType.TGETATTR + 1;
            }
            case Reply.XattrSize size -> {
                out.u64(size.size());
                yield MessageType.TXATTRWALK + 1;
            }
            case Reply.Entries entries -> {
                int before = out.size();
                out.u32(0);
                entries.entries().forEach(entry -> entry.write(out));
                out.setU32(before, out.size() - before - 4);
                yield MessageType.TREADDIR + 1;
            }
            case Reply.LockStatus status -> {
                out.u8(status.status());
                yield MessageType.TLOCK + 1;
            }
            case Reply.LockHolder holder -> {
                holder.range().write(out);
                yield MessageType.TGETLOCK + 1;
            }
            case Reply.Data data -> {
                out.u32((int) data.data().byteSize());
                out.raw(data.data());
                yield MessageType.TREAD + 1;
            }
            case Reply.Written written -> {
                out.u32(written.count());
                yield MessageType.TWRITE + 1;
            }
            case Reply.FileSystem f -> {
                out.u32(f.type());
                out.u32(f.blockSize());
                out.u64(f.blocks());
                out.u64(f.freeBlocks());
                out.u64(f.availableBlocks());
                out.u64(f.files());
                out.u64(f.freeFiles());
                out.u64(f.id());
                out.u32(f.longestName());
                yield MessageType.TSTATFS + 1;
            }
        };
    }
}
