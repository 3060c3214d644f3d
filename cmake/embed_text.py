"""embed_text.py OUT.inc FILE.js...: each file as a C string web_text_NAME, without its comments at the head."""
import os
import sys

with open(sys.argv[1], "w", encoding="utf-8") as out:
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file if not line.strip().startswith("//")]
        name = os.path.splitext(os.path.basename(path))[0]
        out.write(f"static const char web_text_{name}[] =\n")
        for line in lines:
            text = line.replace("\\", "\\\\").replace('"', '\\"')
            out.write(f'    "{text}\\n"\n')
        out.write("    ;\n")
