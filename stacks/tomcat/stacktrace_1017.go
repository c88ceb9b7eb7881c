package tomcat

// Where the exceptions of Tomcat 10.1.7 come from, as its reports say.
const (
	inLine1017 = " Http11Processor.service:263"
	inHead1017 = " Http11InputBuffer.parseHeaders:591 Http11Processor.service:286"
	fill1017   = "Http11InputBuffer.fill:770 "
	outer1017  = "AbstractProcessorLight.process:63 AbstractProtocol$ConnectionHandler.process:894 NioEndpoint$SocketProcessor.doRun:1741 SocketProcessorBase.run:52 ThreadPoolExecutor.runWorker:1191 ThreadPoolExecutor$Worker.run:659 TaskThread$WrappingRunnable.run:61 Thread.run:840"
)

var frames1017 = map[site]string{
	inMethod:           "Http11InputBuffer.parseRequestLine:407" + inLine1017,
	inTargetCR:         "Http11InputBuffer.parseRequestLine:455" + inLine1017,
	inQuery:            "Http11InputBuffer.parseRequestLine:482" + inLine1017,
	inTarget:           "Http11InputBuffer.parseRequestLine:490" + inLine1017,
	inProtocol:         "Http11InputBuffer.parseRequestLine:558" + inLine1017,
	inPhase:            "Http11InputBuffer.parseRequestLine:576" + inLine1017,
	fillBeforeLine:     fill1017 + "Http11InputBuffer.parseRequestLine:348" + inLine1017,
	fillMethod:         fill1017 + "Http11InputBuffer.parseRequestLine:391" + inLine1017,
	fillAfterMethod:    fill1017 + "Http11InputBuffer.parseRequestLine:418" + inLine1017,
	fillTarget:         fill1017 + "Http11InputBuffer.parseRequestLine:442" + inLine1017,
	fillAfterTarget:    fill1017 + "Http11InputBuffer.parseRequestLine:514" + inLine1017,
	fillProtocol:       fill1017 + "Http11InputBuffer.parseRequestLine:538" + inLine1017,
	fillFieldStart:     fill1017 + "Http11InputBuffer.parseHeader:837" + inHead1017,
	fillName:           fill1017 + "Http11InputBuffer.parseHeader:878" + inHead1017,
	fillBeforeValue:    fill1017 + "Http11InputBuffer.parseHeader:927" + inHead1017,
	fillValue:          fill1017 + "Http11InputBuffer.parseHeader:953" + inHead1017,
	fillAfterValue:     fill1017 + "Http11InputBuffer.parseHeader:992" + inHead1017,
	fillSkippedName:    fill1017 + "Http11InputBuffer.skipLine:1049 Http11InputBuffer.parseHeader:900" + inHead1017,
	fillSkippedCR:      fill1017 + "Http11InputBuffer.skipLine:1049 Http11InputBuffer.parseHeader:969" + inHead1017,
	fillSkippedControl: fill1017 + "Http11InputBuffer.skipLine:1049 Http11InputBuffer.parseHeader:972" + inHead1017,
	fillSkippedLater:   fill1017 + "Http11InputBuffer.skipLine:1049 Http11InputBuffer.parseHeader:911" + inHead1017,
	wholeHead:          "Http11InputBuffer.parseHeaders:602 Http11Processor.service:286",
	skippedName:        "Http11InputBuffer.skipLine:1070 Http11InputBuffer.parseHeader:900" + inHead1017,
	skippedCR:          "Http11InputBuffer.skipLine:1070 Http11InputBuffer.parseHeader:969" + inHead1017,
	skippedControl:     "Http11InputBuffer.skipLine:1070 Http11InputBuffer.parseHeader:972" + inHead1017,
	skippedLater:       "Http11InputBuffer.skipLine:1070 Http11InputBuffer.parseHeader:911" + inHead1017,
	tooManyFields:      "MimeHeaders.createHeader:261 MimeHeaders.addValue:305 Http11InputBuffer.parseHeader:887" + inHead1017,
	hostFirst:          "Host.parse:78" + inHost1017,
	hostName:           "Host.parse:71" + inHost1017,
	hostNumber:         "Host.parse:73" + inHost1017,
	hostIPv6:           "Host.parse:75" + inHost1017,
}

const inHost1017 = " Host.parse:45 AbstractProcessor.parseHost:297 Http11Processor.prepareRequest:783 Http11Processor.service:367"

// hostLines1017 are the lines of HttpParser where reading a host fails.
var hostLines1017 = map[hostLine]string{
	nameEnd:     "HttpParser$DomainParseState.next:1052",
	namePeriod:  "HttpParser$DomainParseState.next:1062",
	nameColon:   "HttpParser$DomainParseState.next:1069",
	nameHyphen:  "HttpParser$DomainParseState.next:1076",
	nameOther:   "HttpParser$DomainParseState.next:1080",
	nameLoop:    "HttpParser.readHostDomainName:963",
	namePort:    "HttpParser.readHostDomainName:969",
	port:        "HttpParser.validatePort:984",
	portDigit:   "NumberFormatException.forInputString:67 Long.parseLong:715 Long.parseLong:836 HttpParser.readLong:517 HttpParser.validatePort:978",
	portNumber:  "NumberFormatException.forInputString:67 Long.parseLong:711 Long.parseLong:836 HttpParser.readLong:517 HttpParser.validatePort:978",
	octet:       "HttpParser.readHostIPv4:787",
	leadingZero: "HttpParser.readHostIPv4:800",
	zeroName:    "HttpParser.readHostIPv4:804",
	noBracket:   "HttpParser.readHostIPv4:817",
	bracket:     "HttpParser.readHostIPv4:827",
	letterName:  "HttpParser.readHostIPv4:832",
	otherIPv4:   "HttpParser.readHostIPv4:834",
	numberName:  "HttpParser.readHostIPv4:845",
	portIPv4:    "HttpParser.readHostIPv4:851",
	singleStart: "HttpParser.readHostIPv6:877",
	hextet:      "HttpParser.readHostIPv6:887",
	manyColons:  "HttpParser.readHostIPv6:892",
	twoDoubles:  "HttpParser.readHostIPv6:899",
	singleEnd:   "HttpParser.readHostIPv6:913",
	embedded:    "HttpParser.readHostIPv6:921",
	misplaced:   "HttpParser.readHostIPv6:925",
	otherIPv6:   "HttpParser.readHostIPv6:928",
	manyHextets: "HttpParser.readHostIPv6:936",
	fewHextets:  "HttpParser.readHostIPv6:939",
	portIPv6:    "HttpParser.readHostIPv6:944",
	afterIPv6:   "HttpParser.readHostIPv6:950",
}
