"""udesk_api"""
