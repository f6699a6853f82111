package dev.ravel.ninep;

/** The numbers of requests; that of a reply is one higher. */
public final class MessageType {
    /** The reply to whatever failed. */
    public static final int RLERROR = 7;

    /** Asks for the file system. */
    public static final int TSTATFS = 8;

    /** Opens. */
    public static final int TLOPEN = 12;

    /** Makes a file and opens it. */
    public static final int TLCREATE = 14;

    /** Makes a symbolic link. */
    public static final int TSYMLINK = 16;

    /** Makes a special file. */
    public static final int TMKNOD = 18;

    /** Gives a fid's file another place. */
    public static final int TRENAME = 20;

    /** Asks where a link leads. */
    public static final int TREADLINK = 22;

    /** Asks for attributes. */
    public static final int TGETATTR = 24;

    /** Sets attributes. */
    public static final int TSETATTR = 26;

    /** Finds an extended attribute. */
    public static final int TXATTRWALK = 30;

    /** Begins to set an extended attribute. */
    public static final int TXATTRCREATE = 32;

    /** Reads a directory. */
    public static final int TREADDIR = 40;

    /** Wants a file on stable storage. */
    public static final int TFSYNC = 50;

    /** Locks. */
    public static final int TLOCK = 52;

    /** Asks about a lock. */
    public static final int TGETLOCK = 54;

    /** Gives a file one more name. */
    public static final int TLINK = 70;

    /** Makes a directory. */
    public static final int TMKDIR = 72;

    /** Gives a file another place, by name. */
    public static final int TRENAMEAT = 74;

    /** Removes a name. */
    public static final int TUNLINKAT = 76;

    /** Begins. */
    public static final int TVERSION = 100;

    /** Wants to prove who it is. */
    public static final int TAUTH = 102;

    /** Finds the root. */
    public static final int TATTACH = 104;

    /** Gives up on a request. */
    public static final int TFLUSH = 108;

    /** Finds a file. */
    public static final int TWALK = 110;

    /** Reads. */
    public static final int TREAD = 116;

    /** Writes. */
    public static final int TWRITE = 118;

    /** Forgets a fid. */
    public static final int TCLUNK = 120;

    /** Removes a file and forgets the fid. */
    public static final int TREMOVE = 122;

    private MessageType() {}

    /** The name of a request's type without its first letter, as the protocol has it: {@code walk}. */
    public static String name(int type) {
        return switch (type) {
            case RLERROR - 1 -> "lerror";
            case TSTATFS -> "statfs";
            case TLOPEN -> "lopen";
            case TLCREATE -> "lcreate";
            case TSYMLINK -> "symlink";
            case TMKNOD -> "mknod";
            case TRENAME -> "rename";
            case TREADLINK -> "readlink";
            case TGETATTR -> "getattr";
            case TSETATTR -> "setattr";
            case TXATTRWALK -> "xattrwalk";
            case TXATTRCREATE -> "xattrcreate";
            case TREADDIR -> "readdir";
            case TFSYNC -> "fsync";
            case TLOCK -> "lock";
            case TGETLOCK -> "getlock";
            case TLINK -> "link";
            case TMKDIR -> "mkdir";
            case TRENAMEAT -> "renameat";
            case TUNLINKAT -> "unlinkat";
            case TVERSION -> "version";
            case TAUTH -> "auth";
            case TATTACH -> "attach";
            case TFLUSH -> "flush";
            case TWALK -> "walk";
            case TREAD -> "read";
            case TWRITE -> "write";
            case TCLUNK -> "clunk";
            case TREMOVE -> "remove";
            default -> " type " + type;
        };
    }
}
