import sys

import weasyprint

page = weasyprint.HTML(sys.argv[1] if len(sys.argv) > 1 else "page.html").render()
print(len(page.pages), [round(page.pages[0].width), round(page.pages[0].height)])
print(len(page.write_pdf(uncompressed_pdf=True)) > 3000)
